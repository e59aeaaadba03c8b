/**
 * What programs and browsers ask of a running gateway: metrics, health, what is open, the live page; and who may ask what.
 * Reading and changing are apart: a call that changes something needs a token. May depend on {@code admin} and
 * {@code telemetry}.
 */
@NullMarked
package dev.sallyport.admin.http;

import org.jspecify.annotations.NullMarked;
