/** Micro-benchmarks. {@code mvn -Pjmh test-compile exec:exec@jmh -Djmh.args="Engine -prof gc"} runs them. */
@NullMarked
package dev.sallyport.jmh;

import org.jspecify.annotations.NullMarked;
