# CPU:  docker build -t labelstudio-net .
# GPU:  docker build -t labelstudio-net:gpu --build-arg GPU=true .        (run it with --gpus all)
# Run:  docker run -d -p 8080:8080 -v studio:/data labelstudio-net
ARG GPU=false

# libtorch for Linux is made for x64 processors only.
FROM --platform=linux/amd64 mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG GPU
WORKDIR /source
COPY . .
RUN dotnet publish src/LabelStudio.Web -c Release -r linux-x64 -o /app -p:Gpu=${GPU} -p:UseAppHost=false

FROM --platform=linux/amd64 mcr.microsoft.com/dotnet/aspnet:10.0
RUN mkdir /data && chown ${APP_UID} /data
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Studio__DataPath=/data
USER ${APP_UID}
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["dotnet", "LabelStudio.Web.dll"]
