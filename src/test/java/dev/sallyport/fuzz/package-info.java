/**
 * Fuzz targets for everything that reads a peer's bytes. The suite replays their seeds, and fuzzes each target for a few
 * seconds; the profile {@code fuzz} does it for as long as it is told. An input that fails is kept beside the seeds.
 */
@NullMarked
package dev.sallyport.fuzz;

import org.jspecify.annotations.NullMarked;
