package hring.alloc.slab;

/** What a participant does when it is killed or interrupted, and how the pool was before. */
enum Act {
  ALLOCATE_FIRST(s -> {}, (s, me) -> s.allocate(me, 64, 1)),
  ALLOCATE_SOME(Act::mixed, (s, me) -> s.allocate(me, 64, 7)),
  ALLOCATE_OTHER_CLASS(Act::mixed, (s, me) -> s.allocate(me, 700, 3)),
  ALLOCATE_FROM_EMPTY_SLAB_OF_CLASS(
      s -> {
        s.allocate(2, 64, 3);
        s.free(2, 3);
      },
      (s, me) -> s.allocate(me, 64, 2)),
  ALLOCATE_BESIDE_BLOCKS_OF_ANOTHER(
      s -> {
        s.allocate(1, 64, 6);
        s.handOver(1, 2);
        s.allocators[1].flush();
      },
      (s, me) -> s.allocate(me, 64, 4)),
  ALLOCATE_FROM_EMPTY_SLABS(Act::emptySlabs, (s, me) -> s.allocate(me, 4096, 2)),
  FREE_ONE(Act::mixed, (s, me) -> s.free(me, 1)),
  FREE_MANY(Act::mixed, (s, me) -> s.free(me, 20)),
  FREE_WITHOUT_A_LEASE(
      s -> {
        mixed(s);
        s.allocators[1].flush();
      },
      (s, me) -> s.free(me, 6)),
  FREE_FROM_THE_LEASE_OF_ANOTHER(
      s -> {
        s.allocate(2, 64, 2);
        s.handOver(2, 1);
      },
      (s, me) -> s.free(me, 2)),
  PUT_BACK_AND_ALLOCATE(
      Act::mixed,
      (s, me) -> {
        s.allocate(me, 64, 2);
        s.free(me, 1);
        s.free(me, 1);
        s.allocate(me, 64, 1);
      }),
  FLUSH(Act::mixed, (s, me) -> s.allocators[me].flush()),
  FREE_AND_FLUSH(
      Act::mixed,
      (s, me) -> {
        s.free(me, 100);
        s.allocators[me].flush();
      }),
  RECLAIM(
      s -> {
        mixed(s);
        s.die(3);
      },
      (s, me) -> s.reclaim(me, 3));

  /** Something done at a scene. */
  interface Start {
    void prepare(Scene scene);
  }

  /** Something a participant does. */
  interface Operation {
    void run(Scene scene, int me);
  }

  private final Start start;
  private final Operation operation;

  Act(Start start, Operation operation) {
    this.start = start;
    this.operation = operation;
  }

  Scene scene() {
    Scene scene = new Scene();
    start.prepare(scene);
    return scene;
  }

  void run(Scene scene, int me) {
    operation.run(scene, me);
  }

  /** Several classes, reserves, and holes. */
  private static void mixed(Scene scene) {
    for (int owner = 1; owner <= 3; owner++) {
      scene.allocate(owner, 64, 10);
      scene.allocate(owner, 300, 2);
    }
    scene.free(2, 3);
    scene.free(1, 2);
    scene.free(3, 4);
    scene.allocate(2, 64, 1);
  }

  /** All slabs belong to small classes, and all but one are empty. */
  private static void emptySlabs(Scene scene) {
    scene.allocate(3, 64, 1);
    scene.allocate(2, 300, 1);
    scene.allocate(2, 100, 1);
    scene.free(2, 2);
    scene.allocators[2].flush();
  }
}
