/** The sessions that go on now, given packets and the time. */
@NullMarked
package dev.sallyport.lab.watch;

import org.jspecify.annotations.NullMarked;
