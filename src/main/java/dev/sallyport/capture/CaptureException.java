package dev.sallyport.capture;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A capture cannot be read, or not further: the message says what, where, and how to mend it. */
public final class CaptureException extends IOException {

    private static final long serialVersionUID = 1;

    CaptureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    CaptureException(String message) {
        this(message, null);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
