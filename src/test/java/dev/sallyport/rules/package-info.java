/** Tests of the rules: the language, its compilation against a naive reading of it, and what is told of it. */
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
