package dev.sallyport.lab.trial;

/** An address of either family. */
record Address(String four, String six) {

    String in(Family family) {
        return family == Family.IPV4 ? four : six;
    }

    /** As a URL has it. */
    String urlHost(Family family) {
        return family == Family.IPV4 ? four : "[" + six + "]";
    }
}
