package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import java.lang.reflect.Constructor;
import java.nio.file.Path;

/**
 * A process that takes part in a pool: a command is a line of {@link Orders}, an answer a line on
 * standard output.
 */
final class PoolWorkerMain {
  /** Stands for the end of a line in an answer, which is one line. */
  static final char LINE_END = '\u2028';

  /** Begins a line that is an answer. */
  static final String ANSWER = "\u0001";

  private final AllocatorProvider provider;
  private volatile WorkerPool pool;

  private PoolWorkerMain(AllocatorProvider provider) {
    this.provider = provider;
  }

  /**
   * Starts.
   *
   * @param arguments the class of the provider
   */
  public static void main(String[] arguments)
      throws InterruptedException, ReflectiveOperationException {
    PoolWorkerMain worker =
        new PoolWorkerMain(
            (AllocatorProvider) instance(arguments[0], PoolWorkerMain.class.getClassLoader()));
    // If the test was killed, nobody else is left to remove its region.
    Runtime.getRuntime().addShutdownHook(new Thread(worker::removeOrphan));
    for (String line = Orders.next(); ; line = Orders.next()) {
      String answer;
      try {
        long[] result = new long[1];
        String[] words = line.split(" ", -1);
        Watchdog.run(() -> result[0] = worker.carryOut(words));
        answer = "ok " + result[0];
      } catch (RuntimeException | Error e) {
        answer = "failed " + e.toString().replace('\n', LINE_END);
        e.printStackTrace();
      }
      System.out.println(ANSWER + answer);
    }
  }

  private void removeOrphan() {
    WorkerPool orphan = pool;
    if (orphan != null) {
      orphan.deleteFile();
    }
  }

  /** Creates an object of a class that need not be public. */
  static Object instance(String className, ClassLoader loader) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(className, true, loader).getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  private long carryOut(String[] words) {
    switch (words[0]) {
      case "attach" -> {
        pool = new WorkerPool(provider, Path.of(words[1]));
        return pool.party().owner();
      }
      case "detach" -> {
        pool.close();
        pool = null;
      }
      case "allocate" -> {
        return pool.party().allocate(number(words[1]));
      }
      case "free" -> pool.party().free(number(words[1]));
      case "transfer" ->
          pool.party().transfer(number(words[1]), (int) number(words[2]), (int) number(words[3]));
      case "reclaim" -> {
        return pool.party().reclaim((int) number(words[1]));
      }
      case "close" -> pool.closeAllocator();
      case "flush" -> pool.party().flush();
      case "fill" -> pool.party().fill(number(words[1]), number(words[2]));
      case "holds" -> {
        return pool.party().holds(number(words[1]), number(words[2])) ? 1 : 0;
      }
      case "capacity" -> {
        return pool.party().capacity(number(words[1]), number(words[2]));
      }
      case "churn" -> pool.churn().start(number(words[1]), number(words[2]));
      case "pause" -> pool.churn().pause();
      case "progress" -> {
        return pool.churn().progress();
      }
      case "longest" -> {
        return pool.churn().longestNanos();
      }
      case "freeAll" -> pool.churn().freeAll();
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    }
    return 0;
  }

  private static long number(String word) {
    return Long.parseLong(word);
  }
}
