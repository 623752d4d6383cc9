namespace Catenet.Packetdrill.Calls;

/// <summary>What of a stream socket asks when the data came that recvmsg reads: SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING and their 64-bit forms (socket(7)).</summary>
internal sealed class ReceiveStamps
{
    private const int Micro = 29, Nano = 35, Stamping = 37, MicroNew = 63, NanoNew = 64, StampingNew = 65;
    private const int RxSoftware = 8, Software = 16, RxFilter = 1 << 17;

    private bool _isOn;
    private bool _isNano;
    private bool _isNew;

    /// <summary>The type of the control message that SO_TIMESTAMPING asks for.</summary>
    public int StampingType => _isNew ? StampingNew : Stamping;

    /// <summary>Sets an option; false if it is none of these.</summary>
    public bool Set(int level, int name, long value)
    {
        if (level != Symbols.SOL_SOCKET || name is not (Micro or Nano or MicroNew or NanoNew))
        {
            return false;
        }

        _isOn = value != 0;
        _isNano = _isOn && name is Nano or NanoNew;
        _isNew = _isOn ? name is MicroNew or NanoNew : _isNew;
        return true;
    }

    /// <summary>SO_TIMESTAMPING was set by its older or its newer name, which goes for the others too.</summary>
    public void OnStamping(int name) => _isNew = name == StampingNew;

    /// <summary>Tells an option; null if it is none of these.</summary>
    public long? Get(int level, int name)
    {
        bool? on = (level, name) switch
        {
            (Symbols.SOL_SOCKET, Micro) => _isOn && !_isNew && !_isNano,
            (Symbols.SOL_SOCKET, Nano) => _isNano && !_isNew,
            (Symbols.SOL_SOCKET, MicroNew) => _isOn && _isNew,
            (Symbols.SOL_SOCKET, NanoNew) => _isNano && _isNew,
            _ => null,
        };
        return on is null ? null : on.Value ? 1 : 0;
    }

    /// <summary>A connection begins with what its listener has.</summary>
    public void Inherit(ReceiveStamps listener) => (_isOn, _isNano, _isNew) = (listener._isOn, listener._isNano, listener._isNew);

    /// <summary>The types of the control messages that tell the time, in their order.</summary>
    /// <param name="stamping">SO_TIMESTAMPING's flags.</param>
    public IEnumerable<int> Types(int stamping)
    {
        if (_isOn)
        {
            yield return _isNano ? (_isNew ? NanoNew : Nano) : _isNew ? MicroNew : Micro;
        }

        if ((stamping & Software) != 0 && (stamping & (RxSoftware | RxFilter)) != RxFilter)
        {
            yield return StampingType;
        }
    }
}
