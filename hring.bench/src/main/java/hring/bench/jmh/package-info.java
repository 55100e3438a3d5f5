/** The micro-benchmarks of the allocators, run by {@code bin/bench --jmh}. */
package hring.bench.jmh;
