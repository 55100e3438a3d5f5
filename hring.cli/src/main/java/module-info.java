/**
 * The command hring. Transports and allocators are found on the module path, like any program's.
 */
module hring.cli {
  requires hring.api;
  requires info.picocli;
  requires java.management;

  opens hring.cli to
      info.picocli;
}
