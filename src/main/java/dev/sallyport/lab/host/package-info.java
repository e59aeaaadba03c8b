/**
 * Hosts and processes that are made for a while and leave nothing behind: network namespaces, programs in them, temporary files.
 *
 * <p>Depends on the JDK alone.
 */
@NullMarked
package dev.sallyport.lab.host;

import org.jspecify.annotations.NullMarked;
