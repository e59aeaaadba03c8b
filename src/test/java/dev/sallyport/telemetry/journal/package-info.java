/** Tests of the session log. */
@NullMarked
package dev.sallyport.telemetry.journal;

import org.jspecify.annotations.NullMarked;
