package dev.sallyport.cli;
public final class Sallyport { public static void main(String[] a) { System.out.println("hi"); } }
