/** The parts of the ruleset that need no kernel; {@code dev.sallyport.net} has the tests that do. */
@NullMarked
package dev.sallyport.datapath.kernel;

import org.jspecify.annotations.NullMarked;
