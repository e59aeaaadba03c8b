/**
 * Measures what a gateway costs: a lean FTP server and a load client as processes of their own, and between them nothing, Sallyport, or
 * a peer to compare with.
 *
 * <p>Depends on {@code ftp} for addresses and ports, {@code tls} for the ends of the load, and on Jackson: the gateway that is
 * measured is the packaged program in its own process.
 */
@NullMarked
package dev.sallyport.lab.bench;

import org.jspecify.annotations.NullMarked;
