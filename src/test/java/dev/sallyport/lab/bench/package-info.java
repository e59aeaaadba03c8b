@NullMarked
package dev.sallyport.lab.bench;

import org.jspecify.annotations.NullMarked;
