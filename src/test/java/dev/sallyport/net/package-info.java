/**
 * Networks for the system tests: hosts that are network namespaces of this machine, with a gateway between them, and what
 * looks at their traffic. Needs root; touches nothing outside of the namespaces that it makes.
 */
@NullMarked
package dev.sallyport.net;

import org.jspecify.annotations.NullMarked;
