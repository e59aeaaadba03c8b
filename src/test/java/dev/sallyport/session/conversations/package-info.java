/** Random conversations with the engine, and the invariants that must hold in each. */
@NullMarked
package dev.sallyport.session.conversations;

import org.jspecify.annotations.NullMarked;
