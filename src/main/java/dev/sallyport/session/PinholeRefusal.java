package dev.sallyport.session;

/** Why a data path did not open a pinhole. */
public enum PinholeRefusal {
    NO_FREE_PORT("No free data port."),
    TABLE_FULL("The packet filter holds no more pinholes."),
    DATA_PATH_FAILED("The data path failed.");

    private final String text;

    PinholeRefusal(String text) {
        this.text = text;
    }

    /** A sentence for the client. */
    public String text() {
        return text;
    }
}
