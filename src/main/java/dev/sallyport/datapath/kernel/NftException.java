package dev.sallyport.datapath.kernel;

import java.io.IOException;

/** A ruleset that nft or the kernel did not take, with what was said about it; nothing has been changed. */
public final class NftException extends IOException {
    private static final long serialVersionUID = 1;

    NftException(String message) {
        super(message);
    }
}
