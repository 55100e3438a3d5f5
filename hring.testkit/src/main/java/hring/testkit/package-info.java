/** What the author of an allocator proves it with, see {@link hring.testkit.AllocatorContract}. */
package hring.testkit;
