import { boot } from "./worker-boot.js";

boot("engine");
