package hring.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * The main class of a {@link ChildJvm}: runs another class's main method, while {@link Orders} are
 * read.
 */
final class ChildMain {
  private ChildMain() {}

  /**
   * Starts.
   *
   * @param arguments a class with a main method, and what that is given
   * @throws Throwable whatever it throws
   */
  public static void main(String[] arguments) throws Throwable {
    Method main = Class.forName(arguments[0]).getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    Orders.listen();
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
