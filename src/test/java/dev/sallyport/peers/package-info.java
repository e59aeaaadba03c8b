/**
 * Real FTP programs on loopback for the system tests: servers that a test starts and ends, clients that it runs, and the
 * matrix of them all. Knows nothing of the gateway but the address where it listens.
 */
@NullMarked
package dev.sallyport.peers;

import org.jspecify.annotations.NullMarked;
