using Catenet.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Catenet.Hosting.Kestrel;

/// <summary>Dates responses by the loop's calendar: Kestrel itself would take the machine's clock.</summary>
internal sealed class VirtualDateFilter(EventLoop loop) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            context.Response.Headers.Date = loop.UtcNow.ToString("r");
            return following(context);
        });
        next(app);
    };
}
