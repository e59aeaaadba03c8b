/** The command line: its options, its words, and the wiring of everything else. May depend on every package. */
@NullMarked
package dev.sallyport.cli;

import org.jspecify.annotations.NullMarked;
