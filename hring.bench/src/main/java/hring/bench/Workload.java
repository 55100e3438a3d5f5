package hring.bench;

/** What the processes of a case do. An instance is used for one side, in a JVM of its own. */
interface Workload {
  /**
   * Sends and measures.
   *
   * @param side how to run phases and to report
   * @throws Exception if it fails; the process ends with it
   */
  void sideA(SideA side) throws Exception;

  /**
   * Receives, or echoes.
   *
   * @param side how to tell what was received
   * @throws Exception if it fails; the process ends with it
   */
  void sideB(SideB side) throws Exception;
}
