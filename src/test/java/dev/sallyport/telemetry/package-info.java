/** Tests of the session log and of what is told to be open. */
@NullMarked
package dev.sallyport.telemetry;

import org.jspecify.annotations.NullMarked;
