namespace Catenet.Kernel.Devices;

/// <summary>How far an address or route reaches.</summary>
public enum AddressScope : byte
{
    /// <summary>Everywhere.</summary>
    Global,

    /// <summary>One link.</summary>
    Link,

    /// <summary>This host.</summary>
    Host,
}
