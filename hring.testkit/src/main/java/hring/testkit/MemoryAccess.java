package hring.testkit;

import java.util.List;
import java.util.Set;

/** Knows which methods of the JDK access memory segments. */
final class MemoryAccess {
  private static final String SEGMENT = "java/lang/foreign/MemorySegment";
  private static final Set<String> SEGMENT_METHODS =
      Set.of(
          "get",
          "set",
          "getAtIndex",
          "setAtIndex",
          "getString",
          "setString",
          "fill",
          "copyFrom",
          "copy",
          "mismatch",
          "toArray");
  private static final List<String> HANDLE_METHODS =
      List.of("get", "set", "compareAnd", "weakCompareAnd");

  private MemoryAccess() {}

  /** Returns whether a method accesses memory there and then. */
  static boolean isAccess(String type, String method) {
    return switch (type) {
      case SEGMENT -> SEGMENT_METHODS.contains(method);
      case "java/lang/invoke/VarHandle" -> HANDLE_METHODS.stream().anyMatch(method::startsWith);
      default -> false;
    };
  }

  /** Returns whether a method accesses memory, or makes something that does, past all others. */
  static boolean isHidden(String type, String method) {
    return switch (type) {
      case SEGMENT -> Set.of("asByteBuffer", "elements", "spliterator").contains(method);
      case "java/lang/invoke/VarHandle" -> method.equals("toMethodHandle");
      case "java/lang/invoke/MethodHandles" -> method.startsWith("varHandle");
      case "java/lang/foreign/Linker" -> method.equals("downcallHandle");
      case "sun/misc/Unsafe", "jdk/internal/misc/Unsafe" -> true;
      default -> false;
    };
  }
}
