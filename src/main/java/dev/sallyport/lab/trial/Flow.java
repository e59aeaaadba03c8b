package dev.sallyport.lab.trial;

/** From where to where packets go. */
record Flow(String source, int sourcePort, String destination, int destinationPort) {

    Flow reversed() {
        return new Flow(destination, destinationPort, source, sourcePort);
    }
}
