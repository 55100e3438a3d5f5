package hring.alloc.buddy;

import java.util.function.BiConsumer;

/** What a participant does in the step-wise tests, in a pool of 16 granules prepared for it. */
enum Operation {
  ALLOCATE_ONE((scene, owner) -> scene.allocate(owner, 1)),
  ALLOCATE_FOUR((scene, owner) -> scene.allocate(owner, 4)),
  ALLOCATE_HALF((scene, owner) -> scene.allocate(owner, 8)),
  ALLOCATE_ALL((scene, owner) -> scene.allocate(owner, 16)),
  FREE_OLDEST((scene, owner) -> scene.free(owner, true)),
  FREE_NEWEST((scene, owner) -> scene.free(owner, false)),
  FREE_OF_ANOTHER((scene, owner) -> scene.free(owner, false)),
  /** Splits and joins the root twice, so that its word is as before but for the version. */
  CHURN(
      (scene, owner) -> {
        scene.allocate(owner, 2);
        scene.free(owner, false);
        scene.allocate(owner, 16);
        scene.free(owner, false);
        scene.allocate(owner, 2);
        scene.free(owner, false);
        scene.allocate(owner, 16);
      });

  private final BiConsumer<Scene, Integer> action;

  Operation(BiConsumer<Scene, Integer> action) {
    this.action = action;
  }

  /** What comes before, and is not interrupted. */
  Scene prepare(Scene scene, int owner) {
    if (this == FREE_OF_ANOTHER) {
      scene.pass(4, owner);
    }
    return scene;
  }

  void run(Scene scene, int owner) {
    action.accept(scene, owner);
  }

  /** Where the operations begin. */
  enum Start {
    EMPTY,
    /** All split down to granules and free again: a large block needs joins. */
    SPLIT,
    /** Blocks of participants 1, 2 and 4 between free ones. */
    MIXED;

    Scene scene() {
      Scene scene = new Scene(16);
      if (this == SPLIT) {
        for (int i = 0; i < 16; i++) {
          scene.allocate(4, 1);
        }
        for (int i = 0; i < 16; i++) {
          scene.free(4, true);
        }
      } else if (this == MIXED) {
        scene.allocate(1, 1);
        scene.allocate(2, 1);
        scene.allocate(4, 2);
        scene.allocate(1, 4);
        scene.allocate(4, 1);
        scene.free(4, true);
        scene.allocate(4, 3);
        scene.allocate(2, 1);
      }
      return scene;
    }
  }
}
