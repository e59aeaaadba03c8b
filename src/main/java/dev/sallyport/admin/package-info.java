/**
 * The operator's way in while a gateway runs: what is open, and ending a session. May depend on {@code telemetry} and
 * {@code datapath}; what it may do to sessions it is handed as {@link dev.sallyport.admin.Operator}.
 */
@NullMarked
package dev.sallyport.admin;

import org.jspecify.annotations.NullMarked;
