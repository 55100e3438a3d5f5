package hring.bench;

import java.util.List;
import java.util.function.Supplier;

/**
 * One thing that is measured.
 *
 * @param name the name, in words separated by slashes
 * @param receivers how many processes side B has
 * @param jvmArgs what the JVMs need beside what all get
 * @param factory makes the work of one side
 */
record Case(String name, int receivers, List<String> jvmArgs, Supplier<Workload> factory) {
  Workload workload() {
    return factory.get();
  }
}
