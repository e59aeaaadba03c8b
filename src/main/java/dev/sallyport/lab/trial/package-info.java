/**
 * Trials of a firewall: real clients and a real server on either side of it, in network namespaces; what works, what fails, and
 * which rule is the reason.
 *
 * <p>Depends on {@code lab.host}, and on {@code datapath.kernel} for the marks that its packets carry: the
 * gateway that is tried is the packaged program in its own process.
 */
@NullMarked
package dev.sallyport.lab.trial;

import org.jspecify.annotations.NullMarked;
