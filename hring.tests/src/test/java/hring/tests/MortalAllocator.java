package hring.tests;

import hring.api.spi.alloc.Allocator;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An allocator whose participant dies in one of its calls: before it does anything, or after. */
final class MortalAllocator implements InvocationHandler {
  /** What the participant dies of: nothing of hring's catches it. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1;

    Death(String when) {
      super(when);
    }
  }

  private final Allocator allocator;
  private int left = Integer.MAX_VALUE;
  private boolean after;

  MortalAllocator(Allocator allocator) {
    this.allocator = allocator;
  }

  /** What the participant uses. */
  Allocator view() {
    return (Allocator)
        Proxy.newProxyInstance(
            Allocator.class.getClassLoader(), new Class<?>[] {Allocator.class}, this);
  }

  /** Lets it die in one of the calls from now on: the first is number 1. */
  void dieIn(int call, boolean afterwards) {
    left = call;
    after = afterwards;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    boolean last = --left == 0;
    if (last && !after) {
      throw new Death("before " + method.getName());
    }
    Object result;
    try {
      result = method.invoke(allocator, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (last) {
      throw new Death("after " + method.getName());
    }
    return result;
  }
}
