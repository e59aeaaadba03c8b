package dev.sallyport.cli.doctor;

import java.util.List;

/** Looks at one thing. */
@FunctionalInterface
interface Check {

    /** What it found; empty when nobody wants the thing. */
    List<Finding> look(Wants wants, Host host);
}
