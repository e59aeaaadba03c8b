/**
 * The syntax of the FTP control connection: bytes to lines, lines to commands and replies, and the data addresses in
 * them, in both directions. Pure: no I/O, no clock; nothing here throws on what a peer sent. Depends on the JDK alone.
 */
@NullMarked
package dev.sallyport.ftp;

import org.jspecify.annotations.NullMarked;
