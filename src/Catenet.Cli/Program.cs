return await Catenet.Cli.Commands.RunAsync(args);
