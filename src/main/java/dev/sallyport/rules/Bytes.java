package dev.sallyport.rules;

import java.util.Arrays;

/** Bytes in an array that grows, and is used again. */
final class Bytes {

    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private int length;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return array[index];
    }

    /** Cuts off what stands at an index and behind it. */
    void cut(int newLength) {
        length = newLength;
    }

    void add(int b) {
        room(1);
        array[length++] = (byte) b;
    }

    void add(byte[] from, int start, int count) {
        room(count);
        System.arraycopy(from, start, array, length, count);
        length += count;
    }

    void add(byte[] all) {
        add(all, 0, all.length);
    }

    byte[] copy() {
        return Arrays.copyOf(array, length);
    }

    private void room(int more) {
        if (length + more > array.length) {
            array = Arrays.copyOf(array, Math.max(length + more, Math.max(64, array.length * 2)));
        }
    }
}
