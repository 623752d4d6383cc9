namespace Catenet.Linux.Native;

/// <summary>The error numbers this project tells apart (asm-generic/errno-base.h, equal on all 64-bit architectures .NET runs on).</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int ENOSYS = 38;
    public const int EBADFD = 77;
    public const int ENETDOWN = 100;
    public const int ENOBUFS = 105;
    public const int ENXIO = 6;
    public const int EMSGSIZE = 90;
}
