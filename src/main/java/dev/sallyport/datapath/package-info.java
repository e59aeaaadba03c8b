/**
 * Opens and closes the pinholes that sessions ask for, and keeps the ledger of those open. What a data path is, stands
 * here; the data paths themselves are sub-packages. May depend on {@code ftp}, {@code session} and {@code netlink}.
 */
@NullMarked
package dev.sallyport.datapath;

import org.jspecify.annotations.NullMarked;
