/** The benchmark: hring between two processes beside its peers and beside the machine's limits. */
package hring.bench;
