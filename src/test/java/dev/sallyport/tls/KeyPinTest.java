package dev.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyPinTest {

    private static final String HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    @Test
    void pin_isTheHash_withOrWithoutWhatOthersWriteBeforeIt() {
        assertThat(KeyPin.parse(HASH)).isEqualTo(new KeyPin(HASH)).isEqualTo(KeyPin.parse("sha256/" + HASH))
                .isEqualTo(KeyPin.parse("sha256//" + HASH)).hasToString("sha256/" + HASH);
    }

    @Test
    void whatIsNoSha256_isNoPin() {
        for (var text : List.of(
                "", "sha256/", "sha1/" + HASH, HASH.substring(1), HASH + "=", HASH.replace('+', '-'), "sha256///" + HASH)) {
            assertThat(KeyPin.parse(text)).as(text).isNull();
        }
    }
}
