[assembly: AssemblyFixture(typeof(LabelStudio.EndToEnd.Tests.Hosting.SharedServer))]
