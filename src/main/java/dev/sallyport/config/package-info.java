/**
 * The configuration: a YAML file read into the records that the gateways start with, every mistake in it named with its
 * line, its column and the fix. May depend on every package below it; holds no default of its own that another package has.
 */
@NullMarked
package dev.sallyport.config;

import org.jspecify.annotations.NullMarked;
