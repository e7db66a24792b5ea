// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

/**
 * A failed call of the native library: one subclass for each status of {@code ttnn_c.h}. The
 * message is the library's own text, with the offending numbers, after the name of the operation.
 */
public abstract sealed class TtnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The C function's name without {@code ttnn_}. */
  private final String operation;

  /** A status of {@link TtnnConstants}. */
  private final int status;

  /** What the call was a part of; null if nobody said. */
  private String activity;

  private TtnnException(String operation, int status, String text) {
    super(text.startsWith(operation + ":") ? text : operation + ": " + text);
    this.operation = operation;
    this.status = status;
  }

  /** Translates a failing status: the only place where that is done. */
  static TtnnException of(String operation, int status, String text) {
    return switch (status) {
      case TtnnConstants.STATUS_INVALID_ARGUMENT -> new InvalidArgument(operation, text);
      case TtnnConstants.STATUS_SHAPE -> new Shape(operation, text);
      case TtnnConstants.STATUS_DTYPE -> new Dtype(operation, text);
      case TtnnConstants.STATUS_UNSUPPORTED -> new Unsupported(operation, text);
      case TtnnConstants.STATUS_OUT_OF_MEMORY -> new OutOfMemory(operation, text);
      case TtnnConstants.STATUS_DEVICE -> new DeviceFailure(operation, text);
      case TtnnConstants.STATUS_INTERNAL -> new Internal(operation, status, text);
      default -> new Internal(operation, status, "unknown status " + status + ": " + text);
    };
  }

  /**
   * Says what the call was a part of: the message begins with it from now on.
   *
   * @param what such as {@code "loading the weight x of the file y"}
   * @return this exception
   */
  public final TtnnException during(String what) {
    activity = activity == null ? what : what + ": " + activity;
    return this;
  }

  @Override
  public String getMessage() {
    return activity == null ? super.getMessage() : activity + ": " + super.getMessage();
  }

  /**
   * Returns the operation that failed.
   *
   * @return the C function's name without {@code ttnn_}, such as {@code "linear"}
   */
  public final String operation() {
    return operation;
  }

  /**
   * Returns the status that the call returned.
   *
   * @return a status of {@link TtnnConstants}, other than OK
   */
  public final int status() {
    return status;
  }

  /**
   * A value out of range, a NULL where none is taken, or a handle that is closed or was never made.
   */
  public static final class InvalidArgument extends TtnnException {
    private static final long serialVersionUID = 1L;

    private InvalidArgument(String operation, String text) {
      super(operation, TtnnConstants.STATUS_INVALID_ARGUMENT, text);
    }
  }

  /** Shapes that do not fit each other or the operation. */
  public static final class Shape extends TtnnException {
    private static final long serialVersionUID = 1L;

    private Shape(String operation, String text) {
      super(operation, TtnnConstants.STATUS_SHAPE, text);
    }
  }

  /** A dtype or layout that the operation does not take. */
  public static final class Dtype extends TtnnException {
    private static final long serialVersionUID = 1L;

    private Dtype(String operation, String text) {
      super(operation, TtnnConstants.STATUS_DTYPE, text);
    }
  }

  /** Valid, but not in this backend. */
  public static final class Unsupported extends TtnnException {
    private static final long serialVersionUID = 1L;

    private Unsupported(String operation, String text) {
      super(operation, TtnnConstants.STATUS_UNSUPPORTED, text);
    }
  }

  /** No device or host memory is left for this. */
  public static final class OutOfMemory extends TtnnException {
    private static final long serialVersionUID = 1L;

    private OutOfMemory(String operation, String text) {
      super(operation, TtnnConstants.STATUS_OUT_OF_MEMORY, text);
    }
  }

  /** The device is missing, closed, busy or broken. */
  public static final class DeviceFailure extends TtnnException {
    private static final long serialVersionUID = 1L;

    private DeviceFailure(String operation, String text) {
      super(operation, TtnnConstants.STATUS_DEVICE, text);
    }
  }

  /** A defect of the native library, or a status that this version does not know. */
  public static final class Internal extends TtnnException {
    private static final long serialVersionUID = 1L;

    private Internal(String operation, int status, String text) {
      super(operation, status, text);
    }
  }
}
