/** A capture that never was: FTP sessions among other traffic, the same bytes on every machine. Uses the JDK alone. */
@NullMarked
package dev.sallyport.lab.bench.traffic;

import org.jspecify.annotations.NullMarked;
