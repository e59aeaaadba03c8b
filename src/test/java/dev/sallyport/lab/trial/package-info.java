/** The lab itself is tried: with firewalls of which it is known what works, and what does not. */
@NullMarked
package dev.sallyport.lab.trial;

import org.jspecify.annotations.NullMarked;
