/**
 * The data path in the kernel: nftables forwards data connections through pinholes, and no byte of theirs enters user space.
 * Its base ruleset and the policy routes are installed here too, whichever data path a gateway uses. May depend on {@code
 * ftp}, {@code session} and {@code netlink}.
 */
@NullMarked
package dev.sallyport.datapath.kernel;

import org.jspecify.annotations.NullMarked;
