namespace Catenet.Kernel.Tcp;

/// <summary>What a listener tells its owner.</summary>
public interface IListenerEvents
{
    /// <summary>A connection has joined the accept queue. Called on the loop's thread; must not throw.</summary>
    void OnAcceptable(TcpListener listener);
}
