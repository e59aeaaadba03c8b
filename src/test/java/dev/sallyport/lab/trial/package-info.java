/** The lab itself tried: firewalls of which is known what works and what does not. */
@org.jspecify.annotations.NullMarked
package dev.sallyport.lab.trial;
