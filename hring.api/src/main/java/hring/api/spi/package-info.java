/**
 * For those who write an allocator or a transport: the contracts, the region that both work on, and
 * the memory access that is ordered between processes.
 */
package hring.api.spi;
